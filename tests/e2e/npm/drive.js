// Drives a server with messages of a builder that is not ours. Arguments: the package's folder, URL, user, password.
// Prints one line of JSON: what came back from each step.
"use strict";
const http = require("http");
const { WSManMessageCreator, BaseActions } = require(process.argv[2] + "/WSMan.js");
const { CIM } = require(process.argv[2]);
const [url, user, password] = process.argv.slice(3);
const creator = new WSManMessageCreator("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/");

function post(xml) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: "POST", auth: `${user}:${password}`,
      headers: { "Content-Type": "application/soap+xml; charset=UTF-8", "Content-Length": Buffer.byteLength(xml) },
    }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => { text += chunk; });
      response.on("end", () => resolve({ status: response.statusCode, text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(xml);
  });
}

const textOf = (xml, name) => (xml.match(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`)) || [])[1];

async function enumerate(messages) {
  const first = await post(messages.Enumerate());
  let context = textOf(first.text, "EnumerationContext");
  const found = [];
  while (context) {
    const page = await post(messages.Pull(context));
    if (page.status !== 200) throw new Error(page.text);
    found.push(...[...page.text.matchAll(/<(?:\w+:)?(?:DeviceID|Id)>([^<]*)</g)].map((m) => m[1]));
    context = /EndOfSequence/.test(page.text) ? null : textOf(page.text, "EnumerationContext");
  }
  return found;
}

const common = (action, selector, body) =>
  creator.createXml(creator.createHeader(action, "Test_Base", selector), body);

async function main() {
  const steps = {};
  const step = async (name, xml) => { steps[name] = await post(xml); };
  const key = { name: "Id", value: "npm" };
  steps.processors = await enumerate(new CIM.Messages().Processor);
  await step("create", common(BaseActions.CREATE, null, creator.createCommonBody.CreateOrPut("Test_Base", { Id: "npm", Text: "one" })));
  await step("get", common(BaseActions.GET, key, creator.createCommonBody.Get()));
  await step("put", common(BaseActions.PUT, key, creator.createCommonBody.CreateOrPut("Test_Base", { Id: "npm", Text: "two" })));
  await step("changed", common(BaseActions.GET, key, creator.createCommonBody.Get()));
  await step("delete", common(BaseActions.DELETE, key, creator.createCommonBody.Delete()));
  await step("gone", common(BaseActions.GET, key, creator.createCommonBody.Get()));
  await step("invoke", creator.createXml(
    creator.createHeader("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Method_Thing/Greet", "Method_Thing"),
    creator.createBody("Greet_INPUT", "Method_Thing", { Name: "npm" })));
  console.log(JSON.stringify(steps));
}

main().catch((error) => { console.error(error); process.exit(1); });
