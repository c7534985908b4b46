package io.dynamodblake.job;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.load.ChangeCheck;
import io.dynamodblake.lake.load.ChangeLoad;
import java.util.List;
import java.util.Optional;

/**
 * How changes are loaded, as the user has said it.
 *
 * @param cap how fast items are read that are checked
 */
record LoadChanges(boolean reversed, boolean checked, ReadCap cap) {
  /**
   * What the options say; empty if what is given are items.
   *
   * @throws UsageException if they cannot be meant
   */
  static Optional<LoadChanges> asked(CommandRun run) {
    boolean reversed = run.value(LoadKeys.REVERSE);
    boolean checked = run.value(LoadKeys.CHECK_OLD_IMAGES);
    String path = run.value(LoadKeys.DIR);
    // what asks for old images is said of changes only, whatever there is
    if (!reversed
        && !checked
        && !ChangeCheck.areAt(run.spark(), path, ExportArguments.readOptions(run))) {
      return Optional.empty();
    }
    for (Option<?> option :
        List.of(LoadKeys.DELETE_MISSING, RestoreKeys.SNAPSHOT, LoadKeys.ALLOW_LOSS)) {
      if (run.settings().isGiven(option)) {
        throw new UsageException(
            "Cannot use --%s with changes: they are not the items of a table; give a full export, or leave it out"
                .formatted(option.key()));
      }
    }
    return Optional.of(new LoadChanges(reversed, checked, ReadCap.asked(run)));
  }

  /** The same for a table. */
  ChangeLoad of(LoadTarget target) {
    return new ChangeLoad(reversed, checked, cap.of(target.described()));
  }
}
