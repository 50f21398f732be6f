/** Training of the universal meta network and of the parameter generator. */
package duet.model.training;
