// Says at the end which tests did not run, and why. A test that skips itself gives the reason: `ctx.skip('no engine for this platform')`.
export default class SkipReporter {
  onTestRunEnd(modules) {
    /** @type {Map<string, string[]>} */
    const byReason = new Map();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = test.result()?.note ?? (test.options.mode === 'todo' ? 'to be written' : 'no reason given');
        const name = `${module.project.name} ${module.relativeModuleId ?? module.moduleId} > ${test.fullName}`;
        byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
      }
    }
    for (const [reason, names] of byReason) {
      console.log(`\nSkipped (${reason}): ${names.length}`);
      for (const name of names.slice(0, 10)) console.log(`  ${name}`);
      if (names.length > 10) console.log(`  … and ${names.length - 10} more`);
    }
    if (byReason.size === 0) console.log('\nNo test was skipped.');
  }
}
