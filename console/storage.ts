// Keeps what GraphiQL stores for one graph apart from what it stores for others at the same address.

export function keepApart(storage: Storage, name: string): Storage {
  const prefix = `${name}:`;
  const listKeys = (): string[] => Object.keys(storage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => storage.getItem(`${prefix}${key}`),
    setItem: (key, value) => storage.setItem(`${prefix}${key}`, value),
    removeItem: (key) => storage.removeItem(`${prefix}${key}`),
    key: (index) => listKeys()[index]?.slice(prefix.length) ?? null,
    clear() {
      for (const key of listKeys()) storage.removeItem(key);
    },
    get length() {
      return listKeys().length;
    },
  };
}
