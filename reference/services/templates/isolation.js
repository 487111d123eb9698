// Read for each new connection: rules, one a line, for whom there is none. A port: for nobody, such as an API instance
// that is cut from its database. An address and a port: not from there.
import fs from 'fs';

function admit(session) {
    const rules = fs.readFileSync('FILE').toString().split('\n');
    const port = session.variables.server_port;
    if (rules.includes(port) || rules.includes(`${session.remoteAddress} ${port}`)) {
        session.deny();
    } else {
        session.allow();
    }
}

export default { admit };
