package io.dynamodblake.conf;

import java.time.Duration;
import java.util.List;

/** Of {@code doctor}: what is to be looked at beside this machine. */
public final class DoctorKeys {
  private DoctorKeys() {}

  public static final Option<String> TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means(
              "a DynamoDB table to ask for: whether it is there, can be exported, and its exports may be listed. Its name or ARN")
          .changeWhen("a live table is to be exported");

  public static final Option<List<String>> PLACES =
      Option.list("place", "DIR")
          .means("folders to list, with commas: of exports, of lake tables. Any Hadoop path")
          .changeWhen("exports or lake tables are to lie there");

  public static final Option<Boolean> PROBE =
      Option.flag("probe")
          .means(
              "also write a small file into each --place, replace it under a condition, as what publishes a lake table does, and delete"
                  + " it; without it nothing is written anywhere")
          .changeWhen("a run is to write there");

  public static final Option<String> DATABASE =
      Option.text("database", "NAME")
          .means("a database of the Glue Data Catalog to ask for")
          .changeWhen("register is to make tables in it");

  public static final Option<String> KMS_KEY =
      Option.text("kms-key", "KEY")
          .means(
              "a key of KMS to ask for: its ARN, id or alias/name. Whether it may be used is asked by a dry run")
          .changeWhen("buckets are encrypted with it, or export is to be told it");

  public static final Option<Duration> TIMEOUT =
      Option.duration("timeout")
          .orElse("15s")
          .means("how long each check may take")
          .changeWhen("services are far away or slow");
}
