// Judges the parameters of a Content-Type. Programs differ in what they make of two charsets, or of a parameter that is
// malformed: one decodes the body as UTF-7 and another as UTF-8. So a body is read only where no such doubt is possible.

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = `${token}=(?:${token}|"(?:[^"\\\\]|\\\\.)*")`;
const mediaType = new RegExp(`^${token}/${token}(?:[ \\t]*;[ \\t]*(?:${parameter})?)*[ \\t]*$`);
const parameterPattern = new RegExp(`;[ \\t]*(${token})=(${token}|"(?:[^"\\\\]|\\\\.)*")`, 'g');

/** True for a well-formed type that names each parameter once, and no charset but UTF-8. JSON without a charset is UTF-8. */
export function isUtf8ContentType(contentType: string): boolean {
  if (!contentType.includes(';')) return true;
  if (!mediaType.test(contentType)) return false;
  const names = new Set<string>();
  for (const [, name = '', value = ''] of contentType.matchAll(parameterPattern)) {
    const known = names.size;
    names.add(name.toLowerCase());
    if (names.size === known) return false;
    if (name.toLowerCase() === 'charset' && !isUtf8Name(value)) return false;
  }
  return true;
}

/** With or without quotation marks. */
export function isUtf8Name(charset: string): boolean {
  return /^(?:utf-?8|"utf-?8")$/i.test(charset.trim());
}
