import type {Topic} from './topic.js';

export const everydayTopics: readonly Topic[] = [
  {
    name: 'cooking',
    trios: [
      [
        'Let the dough rise in a warm place until it has doubled.',
        'Leave the bread mixture somewhere warm till it is twice its size.',
        'Let the dough rest in a cold place overnight, so that it rises slowly.',
      ],
      [
        'A pinch of salt brings out the sweetness of ripe tomatoes.',
        'Ripe tomatoes taste sweeter with a little salt on them.',
        'A pinch of sugar takes the sharpness out of unripe tomatoes.',
      ],
      [
        'The soup is too thin, so let it simmer without a lid.',
        'Cook the broth uncovered for a while, because it is watery.',
        'The soup is too thick, so add some stock and put the lid on.',
      ],
      [
        'Sharp knives are safer than blunt ones because they do not slip.',
        'A dull blade slides off the food and is more dangerous than a keen one.',
        'Sharp knives should be kept in a block and not loose in a drawer.',
      ],
    ],
  },
  {
    name: 'weather',
    trios: [
      [
        'Heavy rain is expected along the coast tonight.',
        'The forecast says that it will pour by the sea this evening.',
        'There has been no rain along the coast for a month.',
      ],
      [
        'Fog closed the airport for most of the morning.',
        'No plane could take off before noon because of thick mist.',
        'The fog over the airport had gone by the middle of the morning.',
      ],
      [
        'Last night’s frost left ice on every windscreen.',
        'Car windows were frozen over after the cold hours of darkness.',
        'There was no frost last night, only dew on the windscreens.',
      ],
      [
        'Strong winds brought down trees across the valley.',
        'Many trunks in the valley were felled by the gale.',
        'Light winds carried the scent of the trees across the valley.',
      ],
    ],
  },
  {
    name: 'gardening',
    trios: [
      [
        'Water the seedlings early, before the sun is high.',
        'Young plants should get their drink in the morning, while it is still cool.',
        'Plant the seedlings out late, when there is no more danger of frost.',
      ],
      [
        'Slugs ate all the lettuce in a single night.',
        'By daybreak the salad bed had been devoured by snails without shells.',
        'Slugs rarely touch lettuce that stands in dry, open ground.',
      ],
      [
        'Prune the apple tree in winter, while it is dormant.',
        'Cut the branches of apples back during the cold season, when they rest.',
        'Pick the apples in autumn, before the tree drops them.',
      ],
      [
        'Compost turns kitchen waste into rich soil.',
        'Vegetable scraps become good earth when they rot in a heap.',
        'Compost that is too wet begins to smell and needs dry leaves.',
      ],
    ],
  },
  {
    name: 'railways',
    trios: [
      [
        'The night train to Vienna leaves from platform nine.',
        'Platform nine is where the sleeper for Vienna departs.',
        'The night train from Vienna is nine hours late.',
      ],
      [
        'Passengers must change at the junction because the bridge is being repaired.',
        'Work on the viaduct means that travellers have to switch trains half way.',
        'Passengers can see the old railway bridge from the junction.',
      ],
      [
        'Children under six travel free with an adult.',
        'No ticket is needed for a five-year-old who rides with a grown-up.',
        'Children under six may not travel without an adult.',
      ],
      [
        'I left my umbrella in the second carriage.',
        'My brolly is still on the train, in coach two.',
        'There is no heating in the second carriage.',
      ],
    ],
  },
  {
    name: 'health',
    trios: [
      [
        'Drink plenty of water when you have a fever.',
        'With a high temperature you should take in a lot of fluids.',
        'Do not drink any water in the hours before the operation.',
      ],
      [
        'She sprained her ankle on the stairs and cannot walk.',
        'A fall on the steps twisted her foot, so she is unable to get about.',
        'She walks up the stairs every day to keep her ankles strong.',
      ],
      [
        'Too little sleep makes it hard to concentrate.',
        'People who rest badly find it difficult to keep their mind on a task.',
        'Too much coffee makes it hard to fall asleep.',
      ],
      [
        'Wash your hands for as long as it takes to count to twenty.',
        'Scrubbing your palms with soap should last about twenty seconds.',
        'Her hands were so cold that the nurse could not count her pulse.',
      ],
    ],
  },
  {
    name: 'household money',
    trios: [
      [
        'Set aside a tenth of your pay before you spend any of it.',
        'Save ten percent of each salary first and live on what is left.',
        'She spent a tenth of her pay on a pair of shoes.',
      ],
      [
        'The bank raised the interest on our mortgage.',
        'Our home loan became dearer because the lender increased the rate.',
        'The bank lowered the interest on our savings.',
      ],
      [
        'He pays the rent on the first day of every month.',
        'Money for the flat leaves his account when each month begins.',
        'He has not paid the rent since the first day of May.',
      ],
      [
        'An invoice that is not paid within thirty days incurs a fee.',
        'There is a charge for bills that are settled later than a month.',
        'An invoice that is paid within ten days earns a discount.',
      ],
    ],
  },
];
