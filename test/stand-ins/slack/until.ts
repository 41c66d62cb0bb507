type Options = {
  onChange: (listener: () => void) => () => void;
  timeoutMs: number;
  /** What there is to see, for who waited in vain. */
  inventory: () => string;
};

/** Looks again after each change until there is something, and returns it. */
export function until<T>(
  look: () => T,
  { onChange, timeoutMs, inventory }: Options,
): Promise<Exclude<T, undefined | null | false | 0 | "">> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(() => reject(new Error(`not seen in ${timeoutMs} ms. ${inventory()}`))),
      timeoutMs,
    );
    const stopListening = onChange(again);
    function settle(how: () => void) {
      clearTimeout(timer);
      stopListening();
      how();
    }
    function again() {
      try {
        const found = look();
        if (found) settle(() => resolve(found as never));
      } catch (error) {
        settle(() => reject(error));
      }
    }
    again();
  });
}
