package duet.studies.experiment.report;

import java.util.List;

/**
 * A section is a part of the page: one question.
 *
 * @param title of the part
 * @param about what is shown and how to read it
 * @param tables one a plan
 * @param charts pictures beside the tables
 */
record Section(String title, String about, List<MarkdownTable> tables, List<Picture> charts) {

    /**
     * This is a picture in its file.
     *
     * @param title what it shows
     * @param file path from the page
     */
    record Picture(String title, String file) {}
}
