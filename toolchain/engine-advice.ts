import type { DockerFault } from "./docker-info.ts";

/** What is known of the machine where the engine is missing. */
export interface EngineHost {
  platform: NodeJS.Platform;
  isDebian: boolean;
  isRoot: boolean;
  hasDockerd: boolean;
  /** The engine that the user has chosen by DOCKER_HOST or DOCKER_CONTEXT; empty where none. */
  chosenEngine: string;
}

/** Whether we may install and start an engine ourselves. */
export function mayStartEngine(host: EngineHost): boolean {
  const linuxRoot = host.platform === "linux" && host.isRoot && host.chosenEngine === "";
  return linuxRoot && (host.isDebian || host.hasDockerd);
}

/** What is wrong with the engine and exactly what to do about it. */
export function engineAdvice(fault: DockerFault, host: EngineHost): string {
  if (fault.kind === "denied") {
    return "Your user may not use the Docker engine. Run: sudo usermod -aG docker $USER, log out and in again.";
  }
  if (host.chosenEngine) {
    return `The Docker engine ${host.chosenEngine} can't be reached (${fault.text}). Start it, or unset DOCKER_HOST and DOCKER_CONTEXT to use this machine's own.`;
  }
  const why = `No Docker engine can be reached (${fault.text}).`;
  if (host.platform === "darwin") return `${why} Start Docker Desktop, or run: colima start`;
  if (host.platform === "win32") return `${why} Start Docker Desktop with WSL 2, and run this inside WSL.`;
  if (host.hasDockerd) return `${why} Run: sudo systemctl start docker`;
  if (host.isDebian) return `${why} Run: sudo apt-get update && sudo apt-get install -y docker.io iptables`;
  return `${why} Install Docker Engine 20.10 or newer from your distribution and start it.`;
}
