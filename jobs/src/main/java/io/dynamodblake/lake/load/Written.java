package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;
import java.io.Serializable;

/** What a task has written, and what it has left alone. */
record Written(WriteBatches.Totals totals, LeftAlone left) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Written NOTHING = new Written(WriteBatches.Totals.NONE, LeftAlone.NONE);

  Written plus(Written more) {
    return new Written(totals.plus(more.totals), left.plus(more.left));
  }

  /** How many keys are done. */
  long keys() {
    return totals.items() + left.keys();
  }
}
