import {BaseCommand} from '../cli/base-command.js';
import {flagLayers, topologyFlags} from '../cli/flags/topology-flags.js';
import {diagnosisText} from '../cli/views/doctor-view.js';
import type {Verdict} from '../decision/verdict.js';
import {type Diagnosis, diagnose} from '../stack/hosts/doctor.js';

interface DoctorResult {
  schemaVersion: 1;
  verdict: Verdict;
  diagnoses: Diagnosis[];
}

export default class Doctor extends BaseCommand<typeof Doctor> {
  static override description = 'check whether this machine can run a stack';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --project b --port-offset 1000'];
  static override flags = {project: topologyFlags.project, 'port-offset': topologyFlags['port-offset']};

  async run(): Promise<DoctorResult> {
    const diagnoses: Diagnosis[] = [];
    for await (const diagnosis of diagnose(this.system, flagLayers(this.flags))) {
      diagnoses.push(diagnosis);
      this.log(diagnosisText(diagnosis));
    }
    const verdict = diagnoses.some(({state}) => state === 'missing') ? 'fail' : 'pass';
    this.conclude(verdict);
    return {schemaVersion: 1, verdict, diagnoses};
  }
}
