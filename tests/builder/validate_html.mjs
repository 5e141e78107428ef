// Prints what html-validate finds in the given files, as JSON: one [file, line, rule, message] a finding.
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const [configuration, ...files] = process.argv.slice(2);
const validator = new HtmlValidate(new StaticConfigLoader(JSON.parse(configuration)));
const findings = [];
for (const file of files) {
  const report = await validator.validateString(readFileSync(file, "utf8"), file);
  for (const { messages } of report.results) {
    for (const { line, ruleId, message } of messages) findings.push([file, line, ruleId, message]);
  }
}
console.log(JSON.stringify(findings));
