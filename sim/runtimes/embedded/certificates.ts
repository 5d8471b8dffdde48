/** The authority of a run is the same on both live runtimes. */
export { makeAuthority, type Authority, type IssuedCertificate } from '../certificates.ts';
