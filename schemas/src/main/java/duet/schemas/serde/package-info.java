/** Records to bytes and back, within limits that hold before memory is allocated. */
package duet.schemas.serde;
