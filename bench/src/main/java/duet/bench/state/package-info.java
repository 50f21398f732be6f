/** What the job keeps of each device, on both state backends. */
package duet.bench.state;
