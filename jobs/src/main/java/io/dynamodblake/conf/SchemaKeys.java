package io.dynamodblake.conf;

/** Of {@code schema}: the schemas that are laid side by side. */
public final class SchemaKeys {
  private SchemaKeys() {}

  public static final Option<String> ACTION =
      Option.choice("action", "diff")
          .at(0)
          .means("what to do: tell how two schemas differ")
          .changeWhen("always given; in a file under the key `action`");

  public static final Option<String> A =
      Option.text("a", "A")
          .at(1)
          .means("the earlier schema: a schema.json, the folder of a lake table, or a full export")
          .changeWhen("always given; in a file under the key `a`");

  public static final Option<String> B =
      Option.text("b", "B")
          .at(2)
          .means("the later one, of any of these kinds")
          .changeWhen("always given; in a file under the key `b`");

  public static final Option<Boolean> CHECK =
      Option.flag("check")
          .means("exit with 4 if a difference may break queries of A")
          .changeWhen("continuous integration should stop such a change");
}
