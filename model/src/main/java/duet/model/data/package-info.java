/** Interaction logs, the evaluation protocol's split of them, and candidate lists. */
package duet.model.data;
