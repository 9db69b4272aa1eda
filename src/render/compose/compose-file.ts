/** The file the stack runs from, in its state folder. */
export const composeFile = 'compose/production.yml';
