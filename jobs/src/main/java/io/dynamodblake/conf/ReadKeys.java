package io.dynamodblake.conf;

import java.time.Instant;

/** Of reading an export: which one, what is checked, what is believed. */
public final class ReadKeys {
  // a line is held in memory, in an array
  static final long LARGEST_LINE = 1L << 30;

  private ReadKeys() {}

  public static final Option<String> EXPORT =
      Option.text("export", "EXPORT")
          .at(0)
          .means(
              "the export: its folder AWSDynamoDB/<export-id>/, its manifest-summary.json, a prefix that holds several"
                  + " exports, or a plain folder of data files. Any Hadoop path: s3://, s3a://, file: or local")
          .changeWhen("always given; in a file under the key `export`");

  public static final Option<String> EXPORT_ID =
      Option.text("export-id", "ID")
          .means(
              "which export to take where EXPORT is a prefix with several, such as 01731900000000-0a1b2c3d")
          .changeWhen("the newest full export under the prefix is not the one wanted");

  public static final Option<String> TABLE_ARN =
      Option.text("table-arn", "ARN")
          .means("take only exports of this DynamoDB table where EXPORT is a prefix with several")
          .changeWhen("exports of several tables share a prefix");

  public static final Option<Instant> EXPORT_TIME =
      Option.instant("export-time")
          .means(
              "take the newest export at or before this time where EXPORT is a prefix with several")
          .changeWhen("an earlier state of the table is wanted");

  public static final Option<String> VERIFY =
      Option.choice("verify", "md5", "counts", "none")
          .orElse("md5")
          .means(
              "what is checked against the manifests: md5 is every checksum and every item count, counts only item counts,"
                  + " none nothing. The run report says which")
          .changeWhen(
              "files were recompressed after the export (counts), or a damaged export must be saved (none)");

  public static final Option<Boolean> ALLOW_OUTSIDE =
      Option.flag("allow-outside")
          .means(
              "read data files that the manifest places outside the export's own bucket and prefix")
          .changeWhen("you know why the manifest points elsewhere and trust who wrote it");

  public static final Option<Long> MAX_LINE_BYTES =
      Option.size("max-line-bytes", 1024, LARGEST_LINE)
          .orElse("16MB")
          .means("longest line that is read; a longer one is a bad record")
          .changeWhen("never for exports by DynamoDB, whose items of 400 KB stay far below");
}
