package io.dynamodblake.conf;

/** Of {@code stream}. */
public final class StreamKeys {
  /** The word for {@link #FROM} that skips what was changed before the first run. */
  public static final String LATEST = "latest";

  private StreamKeys() {}

  public static final Option<String> TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means("the DynamoDB table: its name, or its ARN, which also says the region")
          .changeWhen("always given; in a file under the key `dynamodb-table`");

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means(
              "prefix of the archive: each run adds AWSDynamoDB/<id>/, laid out like an incremental export, and keeps in"
                  + " _dynamodb-stream/ how far it came")
          .changeWhen("always given");

  public static final Option<String> FROM =
      Option.choice("from", "trim-horizon", LATEST)
          .orElse("trim-horizon")
          .means(
              "where an archive begins that is new: at the oldest change that the stream still has, up to 24 hours back, or with"
                  + " the present; later runs go on where the last one ended")
          .changeWhen("what was changed before the first run is not wanted");
}
