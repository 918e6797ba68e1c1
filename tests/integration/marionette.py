# SPDX-License-Identifier: BSD-2-Clause
"""marionette.py PORT COMMAND [ARGUMENT]...: lead a Firefox (--marionette).

wait                  until it can be led
certificates          "SERIAL TOKEN" of each row in the certificate manager
answer SERIAL PIN...  from now on choose that certificate where one is asked
                      for, and give these PINs, one for each prompt; a prompt
                      when none is left is cancelled
asked                 how often since: PINs, choices
open URL              load a page; print the address of what is shown then
quit                  as the menu does
"""
import json
import socket
import sys
import time

START_SECONDS = 120
PAGE_SECONDS = 120

# Rows of "Your Certificates"; those without a serial number are headings.
CERTIFICATES = '''
const [done] = arguments;
const manager = window.openDialog(
    'chrome://pippki/content/certManager.xhtml', '_blank', 'dialog=no');
const text = (view, tree, row, id) =>
    view.getCellText(row, tree.columns.getNamedColumn(id));
const read = () => {
    const tree = manager.document.getElementById('user-tree');
    const ready = manager.document.getElementById('ca-tree')?.view?.rowCount;
    if (!ready)
        return manager.setTimeout(read, 50);
    const rows = [];
    for (let row = 0; row < tree.view.rowCount; row++) {
        const serial = text(tree.view, tree, row, 'serialnumcol');
        if (serial)
            rows.push(serial.replaceAll(':', '') + ' ' +
                text(tree.view, tree, row, 'tokencol'));
    }
    manager.close();
    done(rows);
};
manager.addEventListener('load', read, {once: true});
'''

# Dialogs block this connection, so the browser itself answers them; no faster
# than a person, because a dialog that ends while it still opens can hang.
ANSWER = '''
const [serial, pins] = arguments;
const browser = Services.wm.getMostRecentWindow('navigator:browser');
const topics = ['common-dialog-loaded', 'cert-dialog-loaded'];
const old = browser.cacAnswers;
if (old)
    topics.forEach(topic => Services.obs.removeObserver(old, topic));

const pin = dialog => {
    answers.asked++;
    answers.texts.push(dialog.querySelector('#infoBody').textContent);
    if (pins.length == 0)
        return dialog.cancelDialog();
    dialog.querySelector('#password1Textbox').value = pins.shift();
    dialog.acceptDialog();
};
const choose = dialog => {
    const list = dialog.querySelector('#nicknames');
    answers.chosen++;
    for (let i = 0; i < list.itemCount; i++) {
        const label = list.getItemAtIndex(i).label;
        answers.texts.push(label);
        if (label.replaceAll(':', '').includes(serial))
            list.selectedIndex = i;
    }
    dialog.acceptDialog();
};
const answers = {
    asked: 0, chosen: 0, texts: [],
    observe(subject, topic) {
        const certificate = topic == 'cert-dialog-loaded';
        const dialog = certificate ? subject :
            subject.document.getElementById('commonDialog');
        if (!certificate && !dialog.querySelector('#password1Textbox'))
            return;
        // A modal dialog stops the timers of its window.
        this.timer = Cc['@mozilla.org/timer;1'].createInstance(Ci.nsITimer);
        this.timer.initWithCallback(
            () => certificate ? choose(dialog) : pin(dialog),
            200, Ci.nsITimer.TYPE_ONE_SHOT);
    },
};
topics.forEach(topic => Services.obs.addObserver(answers, topic));
browser.cacAnswers = answers;
'''

ASKED = '''
const answers =
    Services.wm.getMostRecentWindow('navigator:browser').cacAnswers;
return [answers.asked, answers.chosen, answers.texts];
'''

OPEN = '''
const [url] = arguments;
const {gBrowser} = Services.wm.getMostRecentWindow('navigator:browser');
const browser = gBrowser.selectedBrowser;
browser.cacLeft = browser.innerWindowID;
browser.fixupAndLoadURIString(url, {
    triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal(),
    loadFlags: Ci.nsIWebNavigation.LOAD_FLAGS_BYPASS_CACHE,
});
'''

# The address of what is shown, once that is complete and not what was left: a
# load does not begin at once.
SHOWN = '''
const {gBrowser} = Services.wm.getMostRecentWindow('navigator:browser');
const browser = gBrowser.selectedBrowser;
return browser.innerWindowID == browser.cacLeft ||
    browser.webProgress.isLoadingDocument ? null : browser.documentURI.spec;
'''


class Marionette:
    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.settimeout(PAGE_SECONDS + 10)
        self.file = self.socket.makefile('rb')
        self.number = 0
        self.receive()
        self.command('WebDriver:NewSession')
        self.command('Marionette:SetContext', value='chrome')
        self.command('WebDriver:SetTimeouts', script=PAGE_SECONDS * 1000)

    def receive(self):
        length = b''
        while not length.endswith(b':'):
            byte = self.file.read(1)
            if not byte:
                raise ConnectionError('closed by Firefox')
            length += byte
        return json.loads(self.file.read(int(length[:-1])))

    def command(self, name, **parameters):
        self.number += 1
        body = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(b'%d:%s' % (len(body), body))
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(f"{name}: {error['message']}")
        return result

    def script(self, text, *arguments, kind='Script'):
        return self.command('WebDriver:Execute' + kind, script=text,
                            args=arguments, sandbox='system')['value']


def connect(port):
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return Marionette(port)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def until_shown(browser):
    end = time.monotonic() + PAGE_SECONDS
    while time.monotonic() < end:
        shown = browser.script(SHOWN)
        if shown:
            return shown
        time.sleep(0.05)
    raise TimeoutError('the page is not complete')


def main():
    port, command, *rest = sys.argv[1:]
    browser = connect(int(port))
    if command == 'certificates':
        for line in browser.script(CERTIFICATES, kind='AsyncScript'):
            print(line)
    elif command == 'answer':
        browser.script(ANSWER, rest[0], rest[1:])
    elif command == 'asked':
        asked, chosen, texts = browser.script(ASKED)
        print(asked, chosen)
        print(*texts, sep='\n', file=sys.stderr)
    elif command == 'open':
        browser.script(OPEN, rest[0])
        print(until_shown(browser))
    elif command == 'quit':
        browser.command('Marionette:Quit', flags=['eAttemptQuit'])
    elif command != 'wait':
        sys.exit(__doc__)


if __name__ == '__main__':
    main()
