package io.dynamodblake.lake.items;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromiseTest {
  @Test
  void onlyTheNumberThatWasPromisedKeepsAPromise() {
    Promise promise = new Promise("A should have", 3, "items");

    assertThat(promise.isKept(3)).isTrue();
    assertThat(promise.isKept(2)).isFalse();
    assertThat(promise.isKept(4)).isFalse();
    assertThat(promise.broken("compare", 2, ""))
        .hasMessage("Cannot compare: A should have 3 items but 2 were read; run again");
  }

  @Test
  void whereNobodyPromisesANumberAnyIsAllThereIs() {
    assertThat(new Promise("there should be", -1, "items").isKept(7)).isTrue();
  }

  @Test
  void aPlaceIsNamedWhereThereIsOne() {
    assertThat(new Promise("the files hold", 3, "rows").broken("restore", 2, ", in s3://lake/x"))
        .hasMessage(
            "Cannot restore: the files hold 3 rows but 2 were read, in s3://lake/x; run again");
  }
}
