/** Charts of what studies measured. */
package duet.studies.chart;
