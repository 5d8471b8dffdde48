/** "In one go": memory is taken within a second, in steps, as a request that balloons takes it. */
export const GROWTH_STEPS = 20;
export const GROWTH_STEP_MS = 50;
