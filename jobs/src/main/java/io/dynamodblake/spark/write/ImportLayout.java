package io.dynamodblake.spark.write;

import io.dynamodblake.document.Envelope;
import java.util.List;

/**
 * Where things lie in a folder of files for {@code ImportTable}: the data files apart from what
 * tells of them, because an import takes everything below its prefix for data.
 */
public final class ImportLayout {
  /** Folder of the data files. */
  public static final String DATA = "data";

  /** The request, beside the data files. */
  public static final String REQUEST = "import-table.json";

  /** What a restore tells of its run. */
  public static final String RESTORE_REPORT = "restore-report.json";

  /** What a write of {@code dynamodb-import} tells of its run. */
  public static final String WRITE_REPORT = "import-report.json";

  /** How the report of a restore begins. */
  public static final Envelope RESTORE_REPORT_ENVELOPE = new Envelope("restore-report", 1);

  /** How the report of a write begins. */
  static final Envelope WRITE_REPORT_ENVELOPE = new Envelope("import-report", 1);

  /** Every name under which a report can lie; of several, the last one that is there counts. */
  public static final List<String> REPORTS = List.of(WRITE_REPORT, RESTORE_REPORT);

  private ImportLayout() {}

  /** Returns the folder of the data files. */
  public static String data(String root) {
    return root + "/" + DATA;
  }

  /** Returns the path of the request. */
  public static String request(String root) {
    return root + "/" + REQUEST;
  }
}
