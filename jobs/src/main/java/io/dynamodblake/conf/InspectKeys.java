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

  public static final Option<String> AGAINST =
      Option.text("against", "OTHER")
          .means(
              "also read all items there, of an export, a lake table or import files, and show what appeared, vanished, changed its type or drifted between both")
          .changeWhen("something is new, or feels wrong since then");

  public static final Option<String> SHOW_VALUES =
      Option.choice("show-values", "none", "few")
          .orElse("none")
          .means(
              "few also shows how often each value occurs where an attribute has at most 20 different ones that are repeated, in the page and the document; none shows the smallest and largest numbers only")
          .changeWhen("everybody who gets the page or the document may see the data");

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

  public static final Option<String> ENTITIES_OUT =
      Option.text("entities-out", "FILE")
          .means(
              "also write the rules by which kinds of items were told there, as entities.json, ready to be edited and given to flatten with --entities")
          .changeWhen(
              "a table holds several kinds of items, and each should become a table of its own");

  public static final Option<String> TTL_ATTRIBUTE =
      Option.text("ttl-attribute", "NAME")
          .means(
              "attribute by which DynamoDB lets items expire, to count those that are past it; without it each that has a usual name, such as ttl")
          .changeWhen("the attribute has a name of its own");
}
