import type {Topic} from './topic.js';

export const technicalTopics: readonly Topic[] = [
  {
    name: 'databases',
    trios: [
      [
        'An index makes this query fast, at the price of slower writes.',
        'Looking rows up becomes quicker with an index, while inserting them takes longer.',
        'An index on every column makes the table large for no gain.',
      ],
      [
        'The transaction was rolled back because two rows had the same key.',
        'A duplicate identifier made the database undo all of the changes.',
        'The transaction was committed although two rows were locked.',
      ],
      [
        'Restore the backup to a spare server before you need it.',
        'Try out your saved copies on another machine while nothing is lost yet.',
        'The backup failed because the server had no space left.',
      ],
      [
        'Every replica applies the same log in the same order.',
        'All copies replay one journal, entry after entry.',
        'The replica wrote the same error to the log every hour.',
      ],
    ],
  },
  {
    name: 'networks',
    trios: [
      [
        'The load balancer sends no requests to a server that fails its health check.',
        'A backend that does not pass its probe gets no more traffic.',
        'The load balancer itself failed, and no server got any requests.',
      ],
      [
        'Packets are lost when the queue of the router is full.',
        'A switch whose buffer has run over drops whatever arrives.',
        'The router sends a packet by the shortest route that it knows.',
      ],
      [
        'The certificate expired at midnight, and browsers refuse the site.',
        'Since twelve o’clock visitors are turned away because our TLS credentials are out of date.',
        'The certificate was renewed at midnight, and no visitor noticed.',
      ],
      [
        'A slow name server delays the first request to every host.',
        'When DNS answers late, each new connection begins late.',
        'Every request names its host, so that one server can serve many sites.',
      ],
    ],
  },
  {
    name: 'programming',
    trios: [
      [
        'A test that can never fail proves nothing.',
        'If a check is unable to go red, it tells you nothing about the code.',
        'A test that fails now and then is worse than none.',
      ],
      [
        'The program leaks memory and is killed after a few hours.',
        'The process dies in the afternoon, since it never frees what it allocates.',
        'The program keeps its memory low by reading the file in parts.',
      ],
      [
        'Rename the function so that its name says what it returns.',
        'Call the method something that describes its result.',
        'The function returns the name in capital letters.',
      ],
      [
        'Two threads wait for each other’s lock, and nothing moves.',
        'It is a deadlock: either side holds what the other one wants.',
        'Two threads share the work, and the program ends sooner.',
      ],
    ],
  },
  {
    name: 'astronomy',
    trios: [
      [
        'The Moon always shows the same face to the Earth.',
        'From the ground we only ever see one side of our satellite.',
        'Seen from the Moon, the Earth is a small blue disc.',
      ],
      [
        'Light from the Sun takes eight minutes to reach us.',
        'What we see of our star is always eight minutes old.',
        'The Sun will shine for another five thousand million years.',
      ],
      [
        'A comet grows its tail when it comes near the Sun.',
        'The heat of our star draws an icy visitor out into a long plume.',
        'That comet will not come near us for another seventy years.',
      ],
      [
        'Jupiter is heavier than all the other planets together.',
        'The largest planet has more mass than the rest of them combined.',
        'Jupiter is brighter than the other planets on clear evenings.',
      ],
    ],
  },
];
