// A journey describes what a user does with the graph, as tests that run in every world.
import type { World } from '../support/world.ts';

export type Journey = (world: World) => void;
