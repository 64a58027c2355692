import { EventEmitter } from 'node:events';
import type { ShellPowerMonitor } from '../../../src-main/desktop/electron-api.ts';

/** `powerMonitor` of a machine that the test plays. Electron emits a change and the getter says the same from then on. */
export class PowerMonitorDouble extends EventEmitter implements ShellPowerMonitor {
  onBattery = false;
  idleSeconds = 3_600;
  thermal: 'unknown' | 'nominal' | 'fair' | 'serious' | 'critical' = 'nominal';
  isLocked = false;

  getSystemIdleState(): 'active' | 'idle' | 'locked' | 'unknown' {
    return this.isLocked ? 'locked' : 'idle';
  }

  getSystemIdleTime(): number {
    return this.idleSeconds;
  }

  getCurrentThermalState(): 'unknown' | 'nominal' | 'fair' | 'serious' | 'critical' {
    return this.thermal;
  }

  isOnBatteryPower(): boolean {
    return this.onBattery;
  }

  playSupply(source: 'ac' | 'battery'): void {
    this.onBattery = source === 'battery';
    this.emit(this.onBattery ? 'on-battery' : 'on-ac');
  }
}
