// Read for each new connection: the ports, one a line, at which an API instance gets no connection to its database.
import fs from 'fs';

function admit(session) {
    const closed = fs.readFileSync('FILE').toString().split('\n');
    if (closed.includes(session.variables.server_port)) {
        session.deny();
    } else {
        session.allow();
    }
}

export default { admit };
