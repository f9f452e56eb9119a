// The rows of the canned subgraphs, computed from numbers: pages of users and products with reviews. Pages share no rows, so that
// two clients with different pages have no fetch in common.
export const usersOnPage = 12;
export const productsOnPage = 12;
const reviewsOfEach = 3;

export interface User {
  id: string;
  name: string;
  handle: string;
}

export interface Product {
  sku: string;
  name: string;
  price: number;
  weight: number;
  isInStock: boolean;
}

export interface Review {
  id: string;
  text: string;
  author: { __typename: 'User'; id: string };
  product: { __typename: 'Product'; sku: string };
}

export function userOf(number: number): User {
  return { id: String(number), name: `User number ${number}`, handle: `@user-${number}` };
}

export function productOf(number: number): Product {
  return {
    sku: String(number),
    name: `Product number ${number}`,
    price: 100 + ((number * 7919) % 2000),
    weight: 50 + ((number * 104_729) % 950),
    isInStock: number % 3 !== 0,
  };
}

export function numbersOn(page: number, size: number): number[] {
  return Array.from({ length: size }, (_, index) => page * size + index);
}

/** Three products of the same page; each product is reviewed three times in its turn. */
export function reviewsOfUser(number: number): Review[] {
  return Array.from({ length: reviewsOfEach }, (_, turn) => reviewOf(number, turn));
}

export function reviewsOfProduct(number: number): Review[] {
  const page = Math.floor(number / productsOnPage);
  return Array.from({ length: reviewsOfEach }, (_, turn) => {
    const place = (number - shiftOf(turn) + 10 * productsOnPage) % productsOnPage;
    return reviewOf(page * usersOnPage + place, turn);
  });
}

const shiftOf = (turn: number) => turn * 5 + 1;

function reviewOf(user: number, turn: number): Review {
  const page = Math.floor(user / usersOnPage);
  const product = page * productsOnPage + ((user + shiftOf(turn)) % productsOnPage);
  return {
    id: `${user}-${turn}`,
    text: `What user ${user} has to say about product ${product}.`,
    author: { __typename: 'User', id: String(user) },
    product: { __typename: 'Product', sku: String(product) },
  };
}
