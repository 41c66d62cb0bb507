import { createHash } from "node:crypto";
import luaparse from "luaparse";

export type LuaValue = undefined | boolean | number | string | Table | LuaFunction;
type LuaFunction = (...args: LuaValue[]) => LuaValue;

/** A Lua table: what is numbered from 1 without a gap, and all else by its key. */
export class Table {
  readonly list: LuaValue[];
  readonly named = new Map<LuaValue, LuaValue>();

  constructor(list: LuaValue[] = []) {
    this.list = list;
  }

  get(key: LuaValue): LuaValue {
    return typeof key === "number" && this.#isListed(key) ? this.list[key - 1] : this.named.get(key);
  }

  set(key: LuaValue, value: LuaValue): void {
    if (typeof key !== "number" || !(this.#isListed(key) || key === this.list.length + 1)) this.named.set(key, value);
    else if (value === undefined && key === this.list.length) this.list.pop();
    else if (value !== undefined || key <= this.list.length) this.list[key - 1] = value;
  }

  #isListed(key: number): boolean {
    return key >= 1 && key <= this.list.length;
  }

  with(key: string, value: LuaValue): Table {
    this.named.set(key, value);
    return this;
  }

  /** How many come before the first nil: what Redis sends of a table. */
  get length(): number {
    const end = this.list.indexOf(undefined);
    return end < 0 ? this.list.length : end;
  }
}

export interface Host {
  keys: Table;
  args: Table;
  call: LuaFunction;
}

/**
 * Makes a function of a Lua 5.1 script as Redis runs it, by writing it anew in JavaScript: twenty times as fast as an
 * interpreter. It knows the part of Lua that our scripts use and refuses the rest by name, before anything runs.
 */
export function compiled(lua: string): (host: Host) => LuaValue {
  const chunk = luaparse.parse(lua, { luaVersion: "5.1", comments: false, encodingMode: "pseudo-latin1" });
  const body = block(chunk.body, new Scope());
  const run = new Function("lib", "KEYS", "ARGV", "call", `"use strict";${body}`);
  return ({ keys, args, call }) => run(LIBRARY, keys, args, call);
}

/** Lua may declare a name twice in one block, and on the right-hand side the old one is meant. */
class Scope {
  readonly #names = new Map<string, string>();
  /** Functions that give more than one result. */
  readonly #several = new Set<string>();
  readonly #outer: Scope | undefined;
  static #count = 0;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  declare(name: string): string {
    Scope.#count += 1;
    const unique = `${name}_${Scope.#count}`;
    this.#names.set(name, unique);
    return unique;
  }

  givesSeveral(name: string): void {
    this.#several.add(name);
  }

  isSeveral(name: string): boolean {
    return this.#names.has(name) ? this.#several.has(name) : (this.#outer?.isSeveral(name) ?? false);
  }

  find(name: string): string | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }
}

function block(statements: readonly luaparse.Statement[], scope: Scope): string {
  return statements.map((one) => statement(one, scope)).join("");
}

function inner(statements: readonly luaparse.Statement[], outer: Scope): string {
  return `{${block(statements, new Scope(outer))}}`;
}

function statement(node: luaparse.Statement, scope: Scope): string {
  switch (node.type) {
    case "LocalStatement":
      return locals(node, scope);
    case "AssignmentStatement":
      return assignment(node, scope);
    case "CallStatement":
      return `${expression(node.expression, scope)};`;
    case "FunctionDeclaration": {
      if (!node.isLocal || node.identifier?.type !== "Identifier") throw unknown("a function that is not local");
      const name = scope.declare(node.identifier.name);
      const work = func(node, scope);
      if (work.includes(SEVERAL)) scope.givesSeveral(node.identifier.name);
      return `let ${name} = ${work};`;
    }
    case "ReturnStatement": {
      const given = listed(node.arguments, scope);
      const isSeveral = node.arguments.length > 1 || given.startsWith("...");
      return isSeveral ? `return ${SEVERAL}[${given}]);` : `return ${given || "undefined"};`;
    }
    case "IfStatement":
      return node.clauses
        .map((clause, index) => {
          const then = inner(clause.body, scope);
          if (clause.type === "ElseClause") return `else ${then}`;
          return `${index > 0 ? "else " : ""}if (${truth(clause.condition, scope)}) ${then}`;
        })
        .join("");
    case "WhileStatement":
      return `while (${truth(node.condition, scope)}) ${inner(node.body, scope)}`;
    case "DoStatement":
      return inner(node.body, scope);
    case "BreakStatement":
      return "break;";
    case "ForNumericStatement":
      return numericFor(node, scope);
    case "ForGenericStatement":
      return genericFor(node, scope);
    default:
      throw unknown(node.type);
  }
}

function locals({ variables, init }: luaparse.LocalStatement, scope: Scope): string {
  const values = init.map((one) => expression(one, scope));
  const last = init.at(-1);
  // only here a call may give more than its first result
  if (last && isSeveral(last, scope) && variables.length > init.length) {
    const given = listed(init, scope);
    return `let [${variables.map(({ name }) => scope.declare(name)).join(", ")}] = [${given}];`;
  }
  return variables.map(({ name }, index) => `let ${scope.declare(name)} = ${values[index] ?? "undefined"};`).join("");
}

function assignment({ variables, init }: luaparse.AssignmentStatement, scope: Scope): string {
  const values = init.map((one) => expression(one, scope));
  if (variables.length !== init.length) throw unknown("an assignment of more or less than there is");
  const [target] = variables;
  if (target && target.type !== "Identifier" && variables.length === 1) {
    const key =
      target.type === "IndexExpression" ? expression(target.index, scope) : JSON.stringify(target.identifier.name);
    return `lib.table(${expression(target.base, scope)}).set(${key}, ${values[0]});`;
  }
  const names = variables.map((one) => {
    const local = one.type === "Identifier" ? scope.find(one.name) : undefined;
    if (!local) throw unknown("an assignment to a global, or to fields of several tables");
    return local;
  });
  return `[${names.join(", ")}] = [${values.join(", ")}];`;
}

function numericFor(node: luaparse.ForNumericStatement, outer: Scope): string {
  const [from, to] = [expression(node.start, outer), expression(node.end, outer)];
  const step = node.step ? expression(node.step, outer) : "1";
  const scope = new Scope(outer);
  const name = scope.declare(node.variable.name);
  const head = `let at = lib.number(${from}), end = lib.number(${to}), step = lib.number(${step})`;
  return `for (${head}; step > 0 ? at <= end : at >= end; at += step) {let ${name} = at;${block(node.body, scope)}}`;
}

function genericFor(node: luaparse.ForGenericStatement, outer: Scope): string {
  const [over] = node.iterators;
  if (over?.type !== "CallExpression") throw unknown("a loop over something else than a call");
  const scope = new Scope(outer);
  const what = `lib.${iteratorOf(over.base)}(${listed(over.arguments, outer)})`;
  const names = node.variables.map(({ name }) => scope.declare(name));
  return `for (let [${names.join(", ")}] of ${what}) {${block(node.body, scope)}}`;
}

function iteratorOf(base: luaparse.Expression): string {
  const name = base.type === "MemberExpression" ? base.identifier.name : base.type === "Identifier" ? base.name : "";
  if (name === "ipairs" || name === "pairs" || name === "gmatch") return name;
  throw unknown("a loop over something else than ipairs, pairs or string.gmatch");
}

function func({ parameters, body }: luaparse.FunctionDeclaration, outer: Scope): string {
  const scope = new Scope(outer);
  const names = parameters.map((one) => {
    if (one.type !== "Identifier") throw unknown("a function of any number of arguments");
    return scope.declare(one.name);
  });
  return `(${names.join(", ")}) => {${block(body, scope)}}`;
}

function expression(node: luaparse.Expression, scope: Scope): string {
  switch (node.type) {
    case "StringLiteral":
      return JSON.stringify(node.value);
    case "NumericLiteral":
      return String(node.value);
    case "BooleanLiteral":
      return String(node.value);
    case "NilLiteral":
      return "undefined";
    case "Identifier":
      return identifier(node.name, scope);
    case "BinaryExpression":
      return binary(node, scope);
    case "LogicalExpression": {
      const [left, right] = [expression(node.left, scope), expression(node.right, scope)];
      return node.operator === "and" ? `lib.and(${left}, () => ${right})` : `lib.or(${left}, () => ${right})`;
    }
    case "UnaryExpression":
      return unary(node, scope);
    case "CallExpression":
      return call(node, scope);
    case "IndexExpression":
      return `lib.table(${expression(node.base, scope)}).get(${expression(node.index, scope)})`;
    case "MemberExpression":
      return member(node, scope);
    case "TableConstructorExpression":
      return table(node, scope);
    case "FunctionDeclaration":
      return func(node, scope);
    default:
      throw unknown(node.type);
  }
}

const GIVEN = new Set(["KEYS", "ARGV"]);

function identifier(name: string, scope: Scope): string {
  const local = scope.find(name);
  if (local) return local;
  if (GIVEN.has(name)) return name;
  if (name in LIBRARY.globals) return `lib.globals.${name}`;
  throw unknown(`the global ${name}`);
}

function member({ base, identifier: { name } }: luaparse.MemberExpression, scope: Scope): string {
  if (base.type === "Identifier" && !scope.find(base.name) && base.name in LIBRARY.modules) {
    if (base.name === "redis" && name === "call") return "call";
    const module = LIBRARY.modules[base.name as keyof typeof LIBRARY.modules];
    if (!(name in module)) throw unknown(`${base.name}.${name}`);
    return `lib.modules.${base.name}.${name}`;
  }
  return `lib.table(${expression(base, scope)}).get(${JSON.stringify(name)})`;
}

const ARITHMETIC = new Set(["+", "-", "*", "/"]);
const COMPARISON = new Set(["<", "<=", ">", ">="]);

function binary({ operator, left, right }: luaparse.BinaryExpression, scope: Scope): string {
  const [a, b] = [expression(left, scope), expression(right, scope)];
  if (operator === "==") return `(${a} === ${b})`;
  if (operator === "~=") return `(${a} !== ${b})`;
  if (operator === "..") return `(lib.text(${a}) + lib.text(${b}))`;
  if (ARITHMETIC.has(operator)) return `(lib.number(${a}) ${operator} lib.number(${b}))`;
  if (COMPARISON.has(operator)) return `lib.compared(${a}, ${b}, (a, b) => a ${operator} b)`;
  if (operator === "^") return `(lib.number(${a}) ** lib.number(${b}))`;
  if (operator === "%") return `lib.modulo(${a}, ${b})`;
  throw unknown(operator);
}

function unary({ operator, argument }: luaparse.UnaryExpression, scope: Scope): string {
  if (operator === "not") return `!${`(${truth(argument, scope)})`}`;
  const value = expression(argument, scope);
  if (operator === "-") return `(-lib.number(${value}))`;
  if (operator === "#") return `lib.length(${value})`;
  throw unknown(operator);
}

const SEVERAL = "new lib.Results(";

function isSeveral(node: luaparse.Expression, scope: Scope): node is luaparse.CallExpression {
  return node.type === "CallExpression" && node.base.type === "Identifier" && scope.isSeveral(node.base.name);
}

function isUnpacking(node: luaparse.Expression): node is luaparse.CallExpression {
  return node.type === "CallExpression" && node.base.type === "Identifier" && node.base.name === "unpack";
}

/** Values one after another; if the last is a call, all that it gives. */
function listed(nodes: readonly luaparse.Expression[], scope: Scope): string {
  return nodes
    .map((node, index) => {
      const isLast = index === nodes.length - 1;
      if (isUnpacking(node)) {
        if (!isLast) throw unknown("unpack before the last of several");
        return `...lib.unpack(${listed(node.arguments, scope)})`;
      }
      return isLast && isSeveral(node, scope) ? `...lib.results(${bareCall(node, scope)})` : expression(node, scope);
    })
    .join(", ");
}

function call(node: luaparse.CallExpression, scope: Scope): string {
  const called = bareCall(node, scope);
  return isSeveral(node, scope) ? `lib.first(${called})` : called;
}

function bareCall({ base, arguments: given }: luaparse.CallExpression, scope: Scope): string {
  return `lib.callable(${expression(base, scope)})(${listed(given, scope)})`;
}

function table({ fields }: luaparse.TableConstructorExpression, scope: Scope): string {
  const list = listed(
    fields.flatMap((field) => (field.type === "TableValue" ? [field.value] : [])),
    scope,
  );
  const named = fields.flatMap((field) => {
    if (field.type === "TableValue") return [];
    const key = field.type === "TableKeyString" ? JSON.stringify(field.key.name) : expression(field.key, scope);
    return [`[${key}, ${expression(field.value, scope)}]`];
  });
  return `lib.made([${list}], [${named.join(", ")}])`;
}

/** A condition; only nil and false are not true. */
function truth(node: luaparse.Expression, scope: Scope): string {
  const isPlain = node.type === "BinaryExpression" && (COMPARISON.has(node.operator) || /^[=~]=$/.test(node.operator));
  const value = expression(node, scope);
  return isPlain ? value : `lib.isTrue(${value})`;
}

function unknown(what: string): Error {
  return new Error(`${what} is not in the part of Lua that the simulation knows: teach it in test/simulation/lua.ts`);
}

/** As Lua 5.1 prints a number (`%.14g`), and with 17 digits as Redis reads one that a script hands to a command. */
export function numberText(value: number, digits = 14): string {
  if (Number.isInteger(value) && Math.abs(value) < 10 ** digits) return (value || 0).toFixed(0);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const { sign, mantissa, exponent } = rounded(value, digits);
  if (exponent >= -4 && exponent < digits) {
    const all = `${"0".repeat(Math.max(0, -exponent))}${mantissa}`;
    const whole = Math.max(0, exponent) + 1;
    return sign + withoutZeros(`${all.slice(0, whole)}.${all.slice(whole)}`);
  }
  const power = `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return `${sign}${withoutZeros(`${mantissa.slice(0, 1)}.${mantissa.slice(1)}`)}e${power}`;
}

/** C rounds what lies exactly between two decimals to the even one, JavaScript to the larger one. */
function rounded(value: number, digits: number) {
  const read = (fraction: number) => {
    const [mantissa = "", power = ""] = Math.abs(value).toExponential(fraction).split("e");
    return { mantissa: mantissa.replace(".", ""), exponent: Number(power) };
  };
  const exact = read(100);
  const isTie = /^50*$/.test(exact.mantissa.slice(digits));
  const isDown = isTie && Number(exact.mantissa[digits - 1]) % 2 === 0;
  const { mantissa, exponent } = isDown ? exact : read(digits - 1);
  return { sign: value < 0 ? "-" : "", mantissa: mantissa.slice(0, digits), exponent };
}

const withoutZeros = (decimal: string) => (decimal.includes(".") ? decimal.replace(/\.?0*$/, "") : decimal);

/** What a function gives that returns more than one value. */
class Results {
  readonly all: LuaValue[];

  constructor(all: LuaValue[]) {
    this.all = all;
  }
}

const isTrue = (value: LuaValue) => value !== undefined && value !== false;

function number(value: LuaValue): number {
  if (typeof value === "number") return value;
  const read = toNumber(value);
  if (read === undefined) throw new Error(`attempt to perform arithmetic on ${kindOf(value)}`);
  return read;
}

function toNumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value) ? Number(value) : undefined;
}

function text(value: LuaValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  throw new Error(`attempt to concatenate ${kindOf(value)}`);
}

function toText(value: LuaValue): string {
  if (typeof value === "string" || typeof value === "number") return text(value);
  if (value === undefined) return "nil";
  if (typeof value === "boolean") return String(value);
  throw unknown("the address of a table as text");
}

function kindOf(value: LuaValue): string {
  return value === undefined ? "nil" : value instanceof Table ? "a table" : `a ${typeof value}`;
}

const asTable = (value: LuaValue): Table => {
  if (value instanceof Table) return value;
  throw new Error(`attempt to index ${kindOf(value)}`);
};

const floats =
  (work: (...values: number[]) => number) =>
  (...values: LuaValue[]) => {
    if (values.length === 0) throw new Error("bad argument #1: number expected, got no value");
    return work(...values.map(number));
  };

function format(pattern: LuaValue, ...values: LuaValue[]): string {
  let index = 0;
  return text(pattern).replace(/%(?:\.(\d+))?(.)/g, (all, digits, letter) => {
    if (letter === "%") return "%";
    const value = values[index++];
    if (letter === "s") return toText(value);
    if (letter === "d") return String(Math.trunc(number(value)));
    if (letter === "f") return number(value).toFixed(Number(digits ?? 6));
    throw unknown(`string.format's ${all}`);
  });
}

const CLASSES: Record<string, string> = { "%d": "[0-9]", "%w": "[A-Za-z0-9]" };

/** Lua's patterns are not quite regular expressions; of those that are, the few that scripts use. */
function regExp(pattern: string): RegExp {
  const source = pattern.replace(/%.|[\][^$.*?-]/g, (part) => {
    const known = CLASSES[part];
    if (known === undefined) throw unknown(`${part} in a pattern`);
    return known;
  });
  return new RegExp(source, "g");
}

function fromJson(value: unknown): LuaValue {
  if (Array.isArray(value)) return new Table(value.map(fromJson));
  if (typeof value === "string") return Buffer.from(value, "utf8").toString("latin1");
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (value === null) throw unknown("null in JSON");
  return Object.entries(value as object).reduce((table, [key, one]) => table.with(key, fromJson(one)), new Table());
}

const LIBRARY = {
  Results,
  first: (given: LuaValue | Results) => (given instanceof Results ? given.all[0] : given),
  results: (given: LuaValue | Results) => (given instanceof Results ? given.all : [given]),
  isTrue,
  number,
  text,
  table: asTable,
  and: (left: LuaValue, right: () => LuaValue) => (isTrue(left) ? right() : left),
  or: (left: LuaValue, right: () => LuaValue) => (isTrue(left) ? left : right()),
  modulo: (a: LuaValue, b: LuaValue) => number(a) - Math.floor(number(a) / number(b)) * number(b),
  length: (value: LuaValue) => (typeof value === "string" ? value.length : asTable(value).length),
  compared(a: LuaValue, b: LuaValue, holds: (a: never, b: never) => boolean) {
    if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string")) {
      throw new Error(`attempt to compare ${kindOf(a)} with ${kindOf(b)}`);
    }
    return holds(a as never, b as never);
  },
  callable(value: LuaValue) {
    if (typeof value !== "function") throw new Error(`attempt to call ${kindOf(value)}`);
    return value;
  },
  made(list: LuaValue[], named: [LuaValue, LuaValue][]) {
    const table = new Table(list); // what is listed goes before what is named by its number
    const isListed = (key: LuaValue) => typeof key === "number" && list[key - 1] !== undefined;
    for (const [key, value] of named) if (!isListed(key)) table.set(key, value);
    return table;
  },
  *ipairs(value: LuaValue): Iterable<[number, LuaValue]> {
    const { list, length } = asTable(value);
    for (let index = 0; index < length; index += 1) yield [index + 1, list[index]];
  },
  *pairs(value: LuaValue): Iterable<[LuaValue, LuaValue]> {
    const { list, named } = asTable(value);
    for (const [index, one] of list.entries()) if (one !== undefined) yield [index + 1, one];
    yield* [...named].filter(([, one]) => one !== undefined);
  },
  *gmatch(value: LuaValue, pattern: LuaValue): Iterable<LuaValue[]> {
    for (const [all, ...parts] of text(value).matchAll(regExp(text(pattern)))) yield parts.length > 0 ? parts : [all];
  },
  unpack(value: LuaValue, from: LuaValue = 1, to: LuaValue = asTable(value).length) {
    return asTable(value).list.slice(number(from) - 1, number(to));
  },
  globals: { tonumber: toNumber, tostring: toText },
  modules: {
    redis: { sha1hex: (value: LuaValue) => createHash("sha1").update(text(value), "latin1").digest("hex") },
    cjson: { decode: (value: LuaValue) => fromJson(JSON.parse(Buffer.from(text(value), "latin1").toString("utf8"))) },
    math: {
      floor: floats(Math.floor),
      ceil: floats(Math.ceil),
      max: floats(Math.max),
      min: floats(Math.min),
      abs: floats(Math.abs),
      huge: Number.POSITIVE_INFINITY,
    },
    string: {
      format,
      len: (value: LuaValue) => text(value).length,
      byte: (value: LuaValue, at: LuaValue = 1) => text(value).charCodeAt(number(at) - 1) || undefined,
      match(value: LuaValue, pattern: LuaValue) {
        const found = regExp(text(pattern)).exec(text(value));
        return found?.[1] ?? found?.[0];
      },
      sub(value: LuaValue, from: LuaValue, to: LuaValue = -1) {
        const whole = text(value);
        const place = (at: number) => (at < 0 ? Math.max(whole.length + at + 1, 0) : at);
        return whole.slice(Math.max(place(number(from)), 1) - 1, place(number(to)));
      },
    },
    table: {
      insert(value: LuaValue, item: LuaValue) {
        asTable(value).list.push(item);
        return undefined;
      },
      concat: (value: LuaValue, between: LuaValue = "") => asTable(value).list.map(text).join(text(between)),
    },
  },
};
