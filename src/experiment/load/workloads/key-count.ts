import {z} from 'zod';

/** How many different texts there are. */
export const keyCount = z.coerce.number().int().min(1).max(1_000_000_000);
