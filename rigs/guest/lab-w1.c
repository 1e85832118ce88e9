// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A 1-wire bus inside a virtual machine with one DS18B20 on it, byte by byte as its data sheet (19-7487) says. Bus, search, conversion time, checksum and
 * the files below /sys/bus/w1/devices are the kernel's own (wire, w1_therm). In /sys/module/lab_w1/parameters:
 *
 *   sixteenths  what it measures, in 1/16 of a degree
 *   gone        Y: nobody answers a reset, as with a wire that is off
 *   damaged     Y: a bit of every scratchpad is flipped on its way
 */
#include <linux/module.h>
#include <linux/w1.h>

static int sixteenths = 344; /* 21.5 degrees */
static bool gone, damaged;
module_param(sixteenths, int, 0644);
module_param(gone, bool, 0644);
module_param(damaged, bool, 0644);

static u8 rom[8] = { 0x28, 0xc3, 0xfd, 0xe2, 0x05, 0x00, 0x00 }; /* and its checksum */

static struct {
	enum { IDLE, ROM, MATCH, FUNCTION, TAKE, GIVE } state;
	int at;
	bool matches;
	u8 scratchpad[9];
} chip = { .scratchpad = { 0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10 } }; /* after power-on: 85 degrees */

static u8 chip_reset(void *data)
{
	chip.state = ROM;
	return gone; /* 0: somebody is present */
}

static void convert(void)
{
	chip.scratchpad[0] = sixteenths;
	chip.scratchpad[1] = sixteenths >> 8;
	chip.scratchpad[6] = 0x10 - (sixteenths & 0x0f);
}

static void chip_write(void *data, u8 byte)
{
	switch (chip.state) {
	case ROM:
		chip.state = byte == W1_SKIP_ROM ? FUNCTION : byte == W1_MATCH_ROM ? MATCH : IDLE;
		chip.matches = true;
		chip.at = 0;
		break;
	case MATCH:
		chip.matches &= byte == rom[chip.at];
		if (++chip.at == sizeof(rom))
			chip.state = chip.matches ? FUNCTION : IDLE;
		break;
	case FUNCTION:
		chip.at = 0;
		chip.state = IDLE;
		if (byte == 0x44) {
			convert();
		} else if (byte == 0xbe) {
			chip.scratchpad[8] = w1_calc_crc8(chip.scratchpad, 8);
			chip.state = GIVE;
		} else if (byte == 0x4e) {
			chip.state = TAKE;
		}
		break;
	case TAKE: /* alarm limits and configuration */
		chip.scratchpad[2 + chip.at] = byte;
		if (++chip.at == 3)
			chip.state = IDLE;
		break;
	default:
		break;
	}
}

static u8 chip_read(void *data)
{
	u8 byte = 0xff; /* nobody pulls the line low */

	if (chip.state == GIVE && !gone && chip.at < (int)sizeof(chip.scratchpad)) {
		byte = chip.scratchpad[chip.at++];
		if (damaged && chip.at == 1)
			byte ^= 0x04;
	}
	return byte;
}

static u8 chip_touch(void *data, u8 bit)
{
	return bit; /* it has its own supply, and is never busy longer than the kernel waits */
}

static void chip_search(void *data, struct w1_master *master, u8 type, w1_slave_found_callback found)
{
	u64 number = 0;
	int i;

	for (i = sizeof(rom) - 1; i >= 0; i--)
		number = number << 8 | rom[i];
	if (!gone && type == W1_SEARCH)
		found(master, number);
}

static struct w1_bus_master bus = {
	.read_byte = chip_read, .write_byte = chip_write, .reset_bus = chip_reset, .touch_bit = chip_touch, .search = chip_search,
};

static int __init lab_w1_init(void)
{
	rom[7] = w1_calc_crc8(rom, 7);
	return w1_add_master_device(&bus);
}

static void __exit lab_w1_exit(void)
{
	w1_remove_master_device(&bus);
}

module_init(lab_w1_init);
module_exit(lab_w1_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("1-wire bus of a test bench with one thermometer");
