package io.dynamodblake.job;

import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options that all commands with an EXPORT have, as the packages further in want them. */
final class ExportArguments {
  private static final int MOST_KEYS = 2;

  private ExportArguments() {}

  static ExportSelection selection(Settings settings) {
    ExportSelection selection = ExportSelection.newest();
    Optional<String> exportId = settings.find(ReadKeys.EXPORT_ID);
    if (exportId.isPresent()) {
      selection = selection.withExportId(exportId.get());
    }
    Optional<String> tableArn = settings.find(ReadKeys.TABLE_ARN);
    if (tableArn.isPresent()) {
      selection = selection.withTableArn(tableArn.get());
    }
    Optional<Instant> time = settings.find(ReadKeys.EXPORT_TIME);
    return time.isPresent() ? selection.withAtOrBefore(time.get()) : selection;
  }

  /** The export that a command was given. */
  static ExportManifest locate(CommandRun run, String path) throws IOException {
    return locator(run).locate(path, selection(run.settings()));
  }

  /** The export that a command was given, which may be an incremental one. */
  static ExportManifest locateEither(CommandRun run, String path) throws IOException {
    return locator(run).locateEither(path, selection(run.settings()));
  }

  private static ExportLocator locator(CommandRun run) {
    return new ExportLocator(
        new HadoopObjectStore(run.spark().sessionState().newHadoopConf()), readOptions(run));
  }

  static ReadOptions readOptions(CommandRun run) {
    Settings settings = run.settings();
    return ReadOptions.defaults()
        .withVerify(Verify.valueOf(settings.value(ReadKeys.VERIFY).toUpperCase(Locale.ROOT)))
        .withMaxLineBytes(Math.toIntExact(settings.value(ReadKeys.MAX_LINE_BYTES)))
        .withAllowOutside(settings.isOn(ReadKeys.ALLOW_OUTSIDE))
        .withWords(run.words());
  }

  /**
   * Key attributes as {@code pk:S} and {@code sk:N}.
   *
   * @throws UsageException saying how to write them
   */
  static List<KeyAttribute> keys(List<String> texts) {
    List<KeyAttribute> keys = new ArrayList<>();
    for (String text : texts) {
      // a name may have colons of its own
      int colon = text.lastIndexOf(':');
      Optional<Descriptor> descriptor =
          colon <= 0 ? Optional.empty() : Descriptor.ofTag(text.substring(colon + 1).strip());
      if (descriptor.filter(ExportArguments::isKeyType).isEmpty()) {
        throw new UsageException(
            "Cannot read --key: '" + text + "' has no key type; write name:S, name:N or name:B");
      }
      keys.add(new KeyAttribute(text.substring(0, colon).strip(), descriptor.get()));
    }
    boolean repeated = keys.stream().map(KeyAttribute::attribute).distinct().count() < keys.size();
    if (keys.size() > MOST_KEYS || repeated) {
      throw new UsageException(
          "Cannot read --key: a table has a partition key and at most one sort key, with different names");
    }
    return keys;
  }

  private static boolean isKeyType(Descriptor descriptor) {
    return descriptor == Descriptor.S || descriptor == Descriptor.N || descriptor == Descriptor.B;
  }
}
