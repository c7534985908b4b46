package io.dynamodblake.conf;

/** Of {@code ddl} and {@code register}: statements for a catalog, and the catalog itself. */
public final class CatalogKeys {
  private CatalogKeys() {}

  public static final Option<String> DDL_DIR =
      Option.text("path", "DIR")
          .at(0)
          .means("folder of the lake table, or with --raw the export")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<Boolean> RAW =
      Option.flag("raw")
          .means(
              "print the statements for the untouched export at the path, read through the OpenX JSON SerDe")
          .changeWhen("the export should be queried where it lies, without a lake table");

  public static final Option<String> DIALECT =
      Option.choice("dialect", "athena", "spark", "trino", "redshift", "duckdb", "polars")
          .orElse("athena")
          .means("the engine that the statements are for; polars is a snippet of Python")
          .changeWhen("the table is to be read elsewhere than in Athena");

  public static final Option<String> REGISTER_DIR =
      Option.text("path", "DIR")
          .at(0)
          .means("folder of the lake table, on S3")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> REGISTER_TABLE =
      Option.text("table", "NAME")
          .means("name of the table in Glue, if not the one that flatten was given")
          .changeWhen("the catalog should call it otherwise");

  public static final Option<Boolean> REGISTER_DRY_RUN =
      Option.flag("dry-run")
          .means("say what would change, and change nothing")
          .changeWhen("the change should be looked at first");
}
