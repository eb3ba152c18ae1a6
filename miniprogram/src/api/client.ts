import { canceller, type Signal } from '../platform/http'
import { type Answer, exchange, type Method } from './exchange'
import type { components, paths } from './schema'

export { canceller, type Signal }

/** A type of the API by its name in openapi.yaml. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

type Operation<P extends keyof paths, M extends Method> = paths[P][Lowercase<M> & keyof paths[P]]

type JsonOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined
type Succeeded<R> = { [Status in keyof R & (200 | 201 | 202 | 204)]: JsonOf<R[Status]> }[keyof R &
  (200 | 201 | 202 | 204)]

/** The response body of an operation. */
export type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Succeeded<R> : never

type Part<Name extends string, T> = [T] extends [never]
  ? unknown
  : undefined extends T
    ? { [K in Name]?: T }
    : { [K in Name]: T }
type ParameterOf<O, Name extends string> = O extends { parameters: { [K in Name]: infer T } }
  ? T
  : O extends { parameters: { [K in Name]?: infer T } }
    ? T | undefined
    : never
type RequestOf<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : never

/** How a request is sent. */
export interface Sending {
  /** The Idempotency-Key: makes a POST repeatable. */
  key?: string
  /** The ETag of the cached answer; if unchanged, the answer has no body. */
  etag?: string
  /** Cancels the request. */
  signal?: Signal
  /** Deadline of all attempts, by the phone's clock, milliseconds. */
  until?: number
}

type Options<O> = Sending &
  Part<'params', ParameterOf<O, 'path'>> &
  Part<'query', ParameterOf<O, 'query'>> &
  Part<'body', RequestOf<O>>

type Rest<O> = Record<never, never> extends Options<O> ? [options?: Options<O>] : [options: Options<O>]

/** The paths with a given method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: Operation<P, M> extends { responses: unknown } ? P : never
}[keyof paths]

/** Calls the API and resolves to the whole answer: with its status and ETag. Fails with a `Problem`. */
export function ask<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...[options]: Rest<Operation<P, M>>
): Promise<Answer<BodyOf<P, M>>> {
  return exchange<BodyOf<P, M>>(method, path, options)
}

/**
 * Calls the API: `call('GET', '/v1/card-bindings/{id}', { params: { id } })`. A wrong path, parameter or body does not
 * compile. Resolves to the body, fails with a `Problem`.
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...[options]: Rest<Operation<P, M>>
): Promise<BodyOf<P, M>> {
  const answer = await exchange<BodyOf<P, M>>(method, path, options)
  return answer.body as BodyOf<P, M>
}
