package io.dynamodblake.lake.write;

import org.junit.jupiter.api.BeforeEach;

/** What tests of {@code apply} share: a table of three items. */
abstract class ApplyingTest extends ChangeRuns {
  @BeforeEach
  void aTableOfThreeItems() {
    flatten(
        options(
                export()
                    .file(
                        item("a", number("n", "1"), "\"gone\":{\"S\":\"x\"}"),
                        item("b", number("n", "2")),
                        item("c", number("n", "3")))
                    .write())
            .withKeys(PK));
  }
}
