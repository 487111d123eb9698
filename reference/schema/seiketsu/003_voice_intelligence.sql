-- Voice intelligence: eight tables and twelve indexes.
SET ROLE seiketsu_owner;

CREATE TABLE voice_agent_personalities (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    style text NOT NULL,
    stability double precision NOT NULL DEFAULT 0.5 CHECK (stability BETWEEN 0 AND 1),
    similarity double precision NOT NULL DEFAULT 0.75 CHECK (similarity BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE emotion_detection_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    emotion text NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_emotion_detection_logs_conversation ON emotion_detection_logs (conversation_id);
CREATE INDEX idx_emotion_detection_logs_created ON emotion_detection_logs (created_at);

CREATE TABLE conversation_intents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    intent text NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_intents_conversation ON conversation_intents (conversation_id);
CREATE INDEX idx_conversation_intents_intent ON conversation_intents (intent);

CREATE TABLE objection_handling_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    objection text NOT NULL,
    answer text NOT NULL,
    resolved boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_objection_handling_logs_conversation ON objection_handling_logs (conversation_id);

CREATE TABLE voice_quality_metrics (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    first_audio_ms integer NOT NULL CHECK (first_audio_ms >= 0),
    total_ms integer NOT NULL CHECK (total_ms >= 0),
    quality_score double precision NOT NULL CHECK (quality_score BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_voice_quality_metrics_conversation ON voice_quality_metrics (conversation_id);
CREATE INDEX idx_voice_quality_metrics_created ON voice_quality_metrics (created_at);

CREATE TABLE conversation_flow_analytics (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    turns integer NOT NULL DEFAULT 0 CHECK (turns >= 0),
    interruptions integer NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_flow_analytics_conversation ON conversation_flow_analytics (conversation_id);

CREATE TABLE voice_agent_learning_data (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES voice_agents (id) ON DELETE CASCADE,
    question text NOT NULL,
    answer text NOT NULL,
    score double precision NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_voice_agent_learning_data_agent ON voice_agent_learning_data (agent_id);
CREATE INDEX idx_voice_agent_learning_data_created ON voice_agent_learning_data (created_at);

CREATE TABLE realtime_conversation_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES voice_agents (id) ON DELETE CASCADE,
    conversation_id uuid REFERENCES conversations (id) ON DELETE CASCADE,
    session_id text NOT NULL UNIQUE,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    turns integer NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
);
CREATE INDEX idx_realtime_conversation_sessions_agent ON realtime_conversation_sessions (agent_id);
CREATE INDEX idx_realtime_conversation_sessions_status ON realtime_conversation_sessions (status);

RESET ROLE;
