package io.dynamodblake.conf;

/** Of {@code inspect}: where its findings go. */
public final class InspectKeys {
  private InspectKeys() {}

  public static final Option<String> JSON =
      Option.text("json", "FILE")
          .means("write the result as one JSON document; - is stdout, in place of the table")
          .changeWhen("a program reads the result");

  public static final Option<String> HTML =
      Option.text("html", "FILE")
          .means("write the result as one HTML page that needs nothing else")
          .changeWhen("the result should be passed around or looked at in a browser");

  public static final Option<Boolean> ALL =
      Option.flag("all")
          .means("show every attribute at every depth; without it long tables are cut, and say so")
          .changeWhen("the table has many attributes");

  public static final Option<String> SCHEMA_OUT =
      Option.text("schema-out", "FILE")
          .means(
              "also write the proposed schema.json there, ready to be edited and given to flatten with --schema")
          .changeWhen(
              "columns should be renamed, retyped, dropped, hashed or masked before the first flatten");
}
