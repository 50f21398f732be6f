/** This package draws charts of what studies measured. */
package duet.studies.chart;
