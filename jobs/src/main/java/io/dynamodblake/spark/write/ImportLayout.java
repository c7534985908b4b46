package io.dynamodblake.spark.write;

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

  /** The word by which a document says that it is the report of a restore. */
  public static final String RESTORE_REPORT_FORMAT = "dynamodb-lake/restore-report";

  /** The word by which a document says that it is the report of a write. */
  public static final String WRITE_REPORT_FORMAT = "dynamodb-lake/import-report";

  /** Every name under which a report can lie; of several, the last one that is there counts. */
  public static final List<String> REPORTS = List.of(WRITE_REPORT, RESTORE_REPORT);

  private ImportLayout() {}

  /** The folder of the data files. */
  public static String data(String root) {
    return root + "/" + DATA;
  }

  /** The path of the request. */
  public static String request(String root) {
    return root + "/" + REQUEST;
  }
}
