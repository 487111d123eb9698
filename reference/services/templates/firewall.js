// The web application firewall in front of the API: groups of rules, of which FILE says what blocks and what only counts.
// A group's patterns are a small part of what the managed groups of AWS WAF look for, after the same decoding.
import fs from 'fs';

const GROUPS = {
    AWSManagedRulesSQLiRuleSet: [
        /\bunion\s+(all\s+)?select\b/, /['"]\s*\)?\s*(or|and)\b.{0,20}=/, /;\s*(drop|delete|insert|update|alter|exec)\b/,
        /\b(pg_sleep|sleep|benchmark)\s*\(/, /\bwaitfor\s+delay\b/, /\binformation_schema\b/, /'\s*(--|#|\/\*)/,
        /\bxp_cmdshell\b/,
    ],
    AWSManagedRulesCommonRuleSet: [
        /<\s*script\b/, /<\s*(img|svg|iframe|body|video)\b[^>]*\bon[a-z]+\s*=/, /\bjavascript\s*:/, /<\s*iframe\b/,
        /\.\.[\/\\]/, /\/etc\/(passwd|shadow)\b/, /\b[a-z]:\\windows\b/, /\/proc\/self\b/, /\bphp:\/\//,
    ],
    AWSManagedRulesKnownBadInputsRuleSet: [/\$\{\s*(jndi|env|lower|upper)\b/, /\bclass\.module\.classloader\b/, /\b__proto__\b/],
};
const LARGEST = 8192;  // bytes of a body that are looked at, as AWS WAF does behind a load balancer

function decoded(text) {
    let seen = text.replace(/\+/g, ' ');
    for (let i = 0; i < 2; i++) {
        try {
            seen = decodeURIComponent(seen);
        } catch (e) {
            seen = unescape(seen);
        }
    }
    return seen.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(parseInt(code, 16))).toLowerCase();
}

function unescape(text) {
    return text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

function blocked(text) {
    const modes = JSON.parse(fs.readFileSync('FILE').toString());
    const seen = decoded(text);
    for (const name in modes) {
        if (modes[name] === 'block' && (GROUPS[name] || []).some((pattern) => pattern.test(seen))) {
            return true;
        }
    }
    return false;
}

function bears(r) {
    const size = Number(r.headersIn['Content-Length'] || 0);
    const type = r.headersIn['Content-Type'] || '';
    return size > 0 && size <= LARGEST && /json|urlencoded|text/.test(type);
}

// For `if`: `block`, `body` when the body has to be looked at, or nothing.
function head(r) {
    const names = ['User-Agent', 'Referer', 'Cookie', 'X-Forwarded-Host', 'X-Api-Version'];
    const headers = names.map((name) => r.headersIn[name] || '').join('\n');
    if (blocked(`${r.variables.request_uri}\n${headers}`)) {
        return 'block';
    }
    return bears(r) && r.variables.firewall_seen !== '1' ? 'body' : '';
}

function body(r) {
    r.variables.firewall_seen = '1';
    if (blocked(r.requestText || '')) {
        r.return(403, '{"detail":"Forbidden"}');
        return;
    }
    const asked = r.variables.request_uri;
    const end = asked.indexOf('?');
    r.internalRedirect(end < 0 ? unescape(asked) : unescape(asked.slice(0, end)) + asked.slice(end));
}

export default { head, body };
