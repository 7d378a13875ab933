// SPDX-License-Identifier: Apache-2.0
// Holds exchanges that were recorded (one a line of JSON, standin/standin.h says what is in it) against GitHub's own
// OpenAPI description: paths, query parameters, bodies of requests, statuses and bodies of answers.
//
//   node conformance.mjs FOLDER              of files, each a test's, which are removed once they are read.
//
// Prints each difference once, then "requests N checked, responses N checked, F differ" and what could not be checked.
// Ends with 1 when something differs, or nothing was checked; with 77 where test.sh could not get what it needs.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// What differs all the same, and why that is right. status and template as in the description.
const inQuery = 'sent in the query, as by clients that give a DELETE no body';
const contents = { method: 'DELETE', template: '/repos/{owner}/{repo}/contents/{path}' };
const exceptions = [
  { ...contents, what: 'a body is required', why: inQuery },
  { ...contents, what: 'no query parameter "message"', why: inQuery },
  { ...contents, what: 'no query parameter "sha"', why: inQuery },
  { method: 'GET', template: '/app/installations', what: '/N/account',
    why: 'the description wants an account that is a user and an enterprise at once; that of one installation, either' },
  { method: 'GET', template: '/user', what: 'no query parameter "x"', why: "a test's own, which is ignored" },
];

const [folder, ...rest] = process.argv.slice(2);
if (!folder || rest.length > 0) {
  console.error('usage: node conformance.mjs FOLDER');
  process.exit(2);
}
// As scripts/parts.sh has it.
const { GHBOOT_PARTS, XDG_CACHE_HOME, HOME } = process.env;
const packages = path.join(GHBOOT_PARTS || path.join(XDG_CACHE_HOME || path.join(HOME, '.cache'), 'ghboot/parts'), 'conformance');
for (const name of ['@octokit/openapi', 'ajv']) {
  if (fs.existsSync(path.join(packages, 'node_modules', name))) continue;
  console.log(`${name} is not in ${packages}: test.sh puts it there`);
  process.exit(77);
}
const require = createRequire(path.join(path.resolve(packages), 'package.json'));
const Ajv = require('ajv').default;
const description = JSON.parse(
  fs.readFileSync(path.join(packages, 'node_modules/@octokit/openapi/generated/api.github.com.deref.json'), 'utf8'));
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

// OpenAPI 3.0 to JSON Schema: `nullable`; and GitHub's oneOf, whose branches overlap, as anyOf. Members that are no
// assertions are dropped.
const dropped = new Set(['example', 'examples', 'discriminator', 'xml', 'externalDocs', 'description', 'title', 'default',
  'nullable', 'readOnly', 'writeOnly', 'format', 'deprecated']);
const isMap = (name) => name === 'properties' || name === 'patternProperties' || name === 'definitions';

function converted(schema) {
  if (Array.isArray(schema)) return schema.map(converted);
  if (schema === null || typeof schema !== 'object') return schema;
  const out = {};
  for (const [name, value] of Object.entries(schema)) {
    if (dropped.has(name) || name.startsWith('x-')) continue;
    if (name === 'enum' || name === 'required' || name === 'const') out[name] = value;
    else if (isMap(name)) out[name] = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, converted(v)]));
    else out[name === 'oneOf' ? 'anyOf' : name] = converted(value);
  }
  return schema.nullable === true ? { anyOf: [{ type: 'null' }, out] } : out;
}

const compiled = new Map();  // By schema, which the description holds once for each place.
function faultsOf(schema, value) {
  if (!compiled.has(schema)) compiled.set(schema, ajv.compile(converted(schema)));
  const validate = compiled.get(schema);
  if (validate(value)) return [];
  // Those of branches that were not meant say nothing.
  const plain = validate.errors.filter((e) => e.keyword !== 'anyOf' && !e.schemaPath.includes('/anyOf/'));
  return (plain.length > 0 ? plain : validate.errors).slice(0, 5)
    .map((e) => `${e.instancePath.replace(/\/\d+(?=\/|$)/g, '/N') || 'it'} ${e.message}`);
}

// Templates by the number of literal segments, so that /a/b wins over /a/{x}.
const templates = Object.entries(description.paths).map(([template, item]) => {
  const segments = template.split('/').slice(1);
  const last = segments.at(-1);
  // Of these the last parameter takes slashes too.
  const takesRest = last === '{path}' || last === '{ref}';
  return { template, item, segments, takesRest, literals: segments.filter((s) => !s.startsWith('{')).length };
}).sort((a, b) => b.literals - a.literals);

function matches({ segments, takesRest }, asked) {
  if (takesRest ? asked.length < segments.length : asked.length !== segments.length) return false;
  return segments.every((s, i) => s.startsWith('{') || s === asked[i]);
}

// The description knows no addresses by number; GitHub redirects and pages by them.
function plainPath(target) {
  let [where] = target.split('?');
  if (where.startsWith('/api/v3')) where = where.slice(7) || '/';
  return where.replace(/^\/repositories\/\d+/, '/repos/o/r').replace(/^\/organizations\/\d+/, '/orgs/o');
}

const isGit = (target) => /\.git\/(info\/refs|git-upload-pack|git-receive-pack)/.test(target);
const parsed = (text) => { try { return JSON.parse(text); } catch { return undefined; } };
const bodyOf = (content) => content?.['application/json']?.schema ??
  Object.entries(content ?? {}).find(([type]) => type.includes('json'))?.[1].schema;

const count = { requests: 0, responses: 0, faults: 0, refused: 0, others: 0 };
const version = '2022-11-28';  // Of the description; other versions have one of their own.
const unknown = new Map(), undeclared = new Map(), differences = new Map();
const note = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

function differs(kind, operation, status, what) {
  const known = exceptions.find((e) => e.template === operation.template && e.method === operation.method &&
    (e.status === undefined || e.status === status) && what.includes(e.what));
  if (known) known.met = (known.met ?? 0) + 1;
  else note(differences, `${kind} ${operation.method} ${operation.template} ${status}: ${what}`);
}

function checkQuery(exchange, operation) {
  const asked = new URLSearchParams(exchange.target.split('?')[1] ?? '');
  const declared = [...(operation.item.parameters ?? []), ...(operation.parameters ?? [])].filter((p) => p.in === 'query');
  for (const [name, text] of asked) {
    const parameter = declared.find((p) => p.name === name);
    if (!parameter) { differs('request', operation, exchange.status, `no query parameter "${name}"`); continue; }
    const value = /integer|number/.test(parameter.schema?.type) ? Number(text) : text;
    if (typeof value === 'number' || parameter.schema?.type === 'string')
      for (const fault of faultsOf(parameter.schema, value))
        differs('request', operation, exchange.status, `query ${name}=${text}: ${fault}`);
  }
}

function checkRequest(exchange, operation) {
  // Tests send what is to be refused, too.
  if ([400, 409, 415, 422].includes(exchange.status)) { ++count.refused; return; }
  ++count.requests;
  checkQuery(exchange, operation);
  const schema = bodyOf(operation.requestBody?.content);
  const body = exchange.request === '' ? undefined : parsed(exchange.request);
  if (exchange.request === '') {
    if (operation.requestBody?.required && schema?.required?.length > 0)
      differs('request', operation, exchange.status, 'a body is required');
    return;
  }
  if (body === undefined) differs('request', operation, exchange.status, 'the body is no JSON');
  else if (!schema && Object.keys(body).length > 0) differs('request', operation, exchange.status, 'no body is known');
  else if (schema) for (const fault of faultsOf(schema, body)) differs('request', operation, exchange.status, fault);
}

function checkResponse(exchange, operation) {
  if (exchange.fault !== '' || exchange.status === 0) { ++count.faults; return; }
  const type = exchange.headers['Content-Type'] ?? 'json', selected = exchange.headers['X-GitHub-Api-Version-Selected'];
  if (!type.includes('json') || (selected ?? version) !== version) { ++count.others; return; }
  const declared = operation.responses[String(exchange.status)];
  if (!declared) { note(undeclared, `${exchange.status} of ${operation.method} ${operation.template}`); return; }
  ++count.responses;
  const schema = bodyOf(declared.content);
  const empty = exchange.response === '' || exchange.method === 'HEAD';
  if (!declared.content) {
    if (!empty && exchange.status < 300) differs('response', operation, exchange.status, 'it has a body, and none is known');
    return;
  }
  if (empty) {
    if (exchange.method !== 'HEAD') differs('response', operation, exchange.status, 'it has no body');
    return;
  }
  const body = parsed(exchange.response);
  if (body === undefined) differs('response', operation, exchange.status, 'the body is no JSON');
  else if (schema) for (const fault of faultsOf(schema, body)) differs('response', operation, exchange.status, fault);
  for (const name of Object.keys(declared.headers ?? {}))
    if (name === 'Location' && !exchange.headers[name]) differs('response', operation, exchange.status, `no header ${name}`);
}

for (const name of fs.readdirSync(folder)) {
  const file = path.join(folder, name);
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const exchange = JSON.parse(line);
    if (isGit(exchange.target)) continue;
    const asked = plainPath(exchange.target).split('/').slice(1);
    const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
    const found = templates.find((t) => matches(t, asked) && t.item[method.toLowerCase()]);
    if (!found) { note(unknown, `${exchange.method} ${plainPath(exchange.target)} (${exchange.status})`); continue; }
    const operation = { ...found.item[method.toLowerCase()], item: found.item, template: found.template, method };
    checkRequest(exchange, operation);
    checkResponse(exchange, operation);
  }
  fs.rmSync(file);  // What a test that is no more once asked is not held against those that are.
}

const listed = (title, map) => {
  if (map.size === 0) return;
  console.log(`${title}:`);
  for (const [what, times] of [...map].sort()) console.log(`  ${times}× ${what}`);
};
listed('differ', differences);
listed('paths that GitHub does not describe', unknown);
listed('statuses that GitHub does not describe', undeclared);
for (const e of exceptions) console.log(`exception: ${e.method} ${e.template}: ${e.what}: ${e.why} (${e.met ?? 0}×)`);
console.log(`requests ${count.requests} checked, responses ${count.responses} checked, ${differences.size} differ ` +
  `(${count.refused} requests were made to be refused, ${count.faults} answers were faults, ` +
  `${count.others} were no JSON or of another version)`);
process.exit(differences.size > 0 || count.responses === 0 ? 1 : 0);
