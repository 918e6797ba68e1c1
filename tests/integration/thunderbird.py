# SPDX-License-Identifier: BSD-2-Clause
"""thunderbird.py PORT COMMAND [ARGUMENT]...: lead a Thunderbird (--marionette).

wait                     until it can be led
certificates             "SERIAL TOKEN" of each that is the user's own
answer PIN...            give these PINs, one for each prompt from now on
asked                    how often since: PINs
account SERIAL SERIAL    an account of the card's holder, who signs with the
                         first certificate; mail to them is encrypted for the
                         second one
send FILE sign|both TEXT to oneself, signed, or encrypted, too; the message as
                         it waits in the outbox is written to the file
read FILE SEAL...        open a message until it shows these seals (encrypted,
                         signed) as good; print its text
quit                     as the menu does
"""
import sys
import time

import marionette

WINDOW = 'mail:3pane'

# A dialog stops whoever waits for it, so work is started and then asked for.
BEGIN = '''
const [source, args] = arguments;
const window = Services.wm.getMostRecentWindow('mail:3pane');
const {MailServices} = ChromeUtils.importESModule(
    'resource:///modules/MailServices.sys.mjs');
const work = Function('window', 'MailServices', '...args',
    `return (async () => {${source}})()`);
delete window.cacWork;
work(window, MailServices, ...args).then(
    result => window.cacWork = [true, result],
    error => window.cacWork = [false, String(error)]);
'''
ENDED = '''
return Services.wm.getMostRecentWindow('mail:3pane').cacWork;
'''

CERTIFICATES = '''
const database = Cc['@mozilla.org/security/x509certdb;1']
    .getService(Ci.nsIX509CertDB);
return database.getCerts()
    .filter(cert => cert.certType & Ci.nsIX509Cert.USER_CERT)
    .map(cert => cert.serialNumber.replaceAll(':', '') + ' ' + cert.tokenName);
'''

# What "Account Settings", "End-To-End Encryption" writes
ACCOUNT = '''
const [signing, encryption] = args;
const certs = Cc['@mozilla.org/security/x509certdb;1']
    .getService(Ci.nsIX509CertDB).getCerts();
const find = serial =>
    certs.find(cert => cert.serialNumber.replaceAll(':', '') == serial);
MailServices.accounts.createLocalMailAccount();
const identity = MailServices.accounts.createIdentity();
identity.email = find(signing).emailAddress;
identity.doFcc = false;
identity.smtpServerKey = MailServices.outgoingServer.createServer('smtp').key;
for (const [use, cert] of [['signing', find(signing)],
                           ['encryption', find(encryption)]]) {
    identity.setUnicharAttribute(use + '_cert_name', cert.displayName);
    identity.setCharAttribute(use + '_cert_dbkey', cert.dbKey);
}
const account = MailServices.accounts.createAccount();
account.addIdentity(identity);
account.incomingServer = MailServices.accounts.localFoldersServer;
'''

# What "Send Later" does with a message that was written
SEND = '''
const [how, text] = args;
const make = (name, type) => Cc['@mozilla.org/messengercompose/' + name + ';1']
    .createInstance(type);
const identity = MailServices.accounts.allIdentities.at(-1);
const fields = make('composefields', Ci.nsIMsgCompFields);
fields.from = fields.to = identity.email;
fields.subject = 'Test';
fields.composeSecure = make('composesecure', Ci.nsIMsgComposeSecure);
fields.composeSecure.signMessage = true;
fields.composeSecure.requireEncryptMessage = how == 'both';
if (how == 'both') {
    const cert = await new Promise(resolve => fields.composeSecure
        .asyncFindCertByEmailAddr(identity.email, {
            findCertDone(address, cert) { resolve(cert); },
        }));
    if (!cert)
        throw 'no certificate to encrypt for';
    fields.composeSecure.cacheValidCertForEmail(identity.email, cert.dbKey);
}
const ended = Promise.withResolvers();
const listener = {
    QueryInterface: ChromeUtils.generateQI(
        ['nsIMsgSendListener', 'nsIMsgCopyServiceListener']),
    onStartSending() {}, onProgress() {}, onSendProgress() {}, onStatus() {},
    onGetDraftFolderURI() {}, onTransportSecurityError() {},
    onStartCopy() {}, setMessageKey() {}, getMessageId() { return ''; },
    onSendNotPerformed() { ended.reject('not sent'); },
    onStopSending(id, status, message) {
        if (status)
            ended.reject('not sent: ' + message);
    },
    onStopCopy(status) { ended.resolve(status); },
};
make('send', Ci.nsIMsgSend).createAndSendMessage(null, identity,
    MailServices.accounts.accounts.at(-1).key, fields, false, false,
    Ci.nsIMsgSend.nsMsgQueueForLater, null, 'text/plain', text, null, null,
    listener, '', null, Ci.nsIMsgCompType.New);
await ended.promise;
return MailServices.accounts.localFoldersServer.rootFolder
    .getFolderWithFlags(Ci.nsMsgFolderFlags.Queue).filePath.path;
'''

# What a double click on the file does. The seals are the icons of the header.
READ = '''
const [path, seals] = args;
const {MailUtils} = ChromeUtils.importESModule(
    'resource:///modules/MailUtils.sys.mjs');
const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
file.initWithPath(path);
MailUtils.openEMLFile(window, file, Services.io.newFileURI(file).mutate()
    .setQuery('type=application/x-message-display').finalize());
const tabs = window.document.getElementById('tabmail');
const good = {encrypted: 'message-encrypted-ok', signed: 'message-signed-ok'};
for (let turns = 0; turns < 300; turns++) {
    await new Promise(resolve => window.setTimeout(resolve, 100));
    const about = tabs.currentAboutMessage;
    const pane = about?.getMessagePaneBrowser?.();
    if (!pane?.currentURI?.spec.includes(path))
        continue;
    var shown = Object.keys(good).map(name =>
        about.document.getElementById(name + 'HdrIcon').src);
    var body = pane.contentDocument.body?.textContent;
    if (body && seals.every(name =>
            shown.some(icon => icon.includes(good[name])))) {
        tabs.closeTab();
        return body;
    }
}
throw `no ${seals}, but ${shown}: ${body}`;
'''


class Thunderbird(marionette.Marionette):
    def command(self, name, **parameters):
        # Else the one who asks first dismisses the prompt for a PIN.
        if name == 'WebDriver:NewSession':
            parameters['unhandledPromptBehavior'] = 'ignore'
        return super().command(name, **parameters)

    def work(self, source, *arguments):
        self.script(BEGIN, source, arguments)
        end = time.monotonic() + marionette.PAGE_SECONDS
        while time.monotonic() < end:
            ended = self.ended()
            if ended:
                good, result = ended
                return result if good else sys.exit(result)
            time.sleep(0.05)
        return sys.exit('no end')

    def ended(self):
        try:
            return self.script(ENDED)
        except RuntimeError as error:
            if 'dialog detected' not in str(error):
                raise
            return None


def last_message(mbox):
    with open(mbox, 'rb') as file:
        message = (b'\n' + file.read()).rpartition(b'\nFrom - ')[2]
    return message.partition(b'\n')[2]


def main():
    port, command, *rest = sys.argv[1:]
    marionette.Marionette = Thunderbird
    bird = marionette.connect(int(port))
    if command == 'certificates':
        print(*bird.work(CERTIFICATES), sep='\n')
    elif command == 'answer':
        bird.script(marionette.ANSWER.replace('navigator:browser', WINDOW),
                    '', rest)
    elif command == 'asked':
        asked, _, texts = bird.script(
            marionette.ASKED.replace('navigator:browser', WINDOW))
        print(asked)
        print(*texts, sep='\n', file=sys.stderr)
    elif command == 'account':
        bird.work(ACCOUNT, *rest)
    elif command == 'send':
        mbox = bird.work(SEND, *rest[1:])
        with open(rest[0], 'wb') as file:
            file.write(last_message(mbox))
    elif command == 'read':
        print(bird.work(READ, rest[0], rest[1:]))
    elif command == 'quit':
        bird.command('Marionette:Quit', flags=['eAttemptQuit'])
    elif command != 'wait':
        sys.exit(__doc__)


main()
