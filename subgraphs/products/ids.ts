// The ids in the SDL whose type neither the name of their field nor its type tells. `npm run generate` reads this list.
export const idFields = {
  'Query.products(ids)': 'ProductId',
};
