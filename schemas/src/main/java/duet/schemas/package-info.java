/** What all contracts share: topics, and how bad input is named. */
package duet.schemas;
