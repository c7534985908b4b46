package io.dynamodblake.conf;

/** Of {@code demo}. */
public final class DemoKeys {
  private DemoKeys() {}

  public static final Option<String> DIR =
      Option.text("dir", "DIR")
          .orElse("dynamodb-lake-demo")
          .means(
              "folder for everything the demo writes; refused if it exists and an earlier demo did not write it")
          .changeWhen("the working directory should stay as it is");
}
