/** This package works through the cells of a plan, alone or beside other processes. */
package duet.studies.experiment.run;
