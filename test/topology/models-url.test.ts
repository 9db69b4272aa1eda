import {expect, it} from 'vitest';
import {environmentLayers} from '../../src/topology/settings/environment.js';
import {settingsSchema} from '../../src/topology/settings/settings.js';

it.each(['http://user:secret@models:8887', 'http://models:8887/?key=secret'])('%s is refused and not shown', (url) => {
  const refused = () => environmentLayers({ML_BASE_URL: url});
  expect(refused).toThrow(/^ML_BASE_URL=http:\/\/[^s]*…[^s]*models|^ML_BASE_URL=http:\/\/models/);
  expect(refused).not.toThrow(/secret/);
  const {success, error} = settingsSchema.safeParse({modelsUrl: url});
  expect(success).toBe(false);
  expect(error?.message).not.toContain('secret');
});
