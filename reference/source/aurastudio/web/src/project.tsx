type Project = { id: string; title: string; description?: string };

const ADDRESS = /^https:\/\//;

/** One of somebody's projects: its texts are theirs, and are shown as texts. */
export function ProjectItem({ project }: { project: Project }) {
  const about = project.description ?? "";
  return (
    <li>
      <strong>{project.title}</strong>
      {ADDRESS.test(about) ? <a href={about}>{about}</a> : <p>{about}</p>}
    </li>
  );
}
