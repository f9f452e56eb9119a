import { describe } from 'vitest';
import { topologies } from '../support/topology.ts';
import { openWorld } from '../support/world.ts';
import { journeys } from './all.ts';

describe.each(topologies)('in one process, over %s', (topology) => {
  const world = openWorld('one process', topology);
  for (const [name, journey] of Object.entries(journeys)) describe(name, () => journey(world));
});
